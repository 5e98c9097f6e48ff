// undici claims two global slots when it is loaded, and the `fetch` built into Node looks for its dispatcher in
// one of them. In an editor's extension host that is everybody's `fetch`. undici's lib/global.js claims them only
// where the newer slot is empty, and then for good (not configurable). So this module, when it is evaluated, fills
// the newer slot; `releaseDispatcherSlots` leaves it as it was, and the other was never touched.
// Nothing but the loading of undici may happen in between: see undici-library.ts, the only one to import this.

const SLOT = Symbol.for('undici.globalDispatcher.2');

export const releaseDispatcherSlots = Reflect.get(globalThis, SLOT) === undefined ? fillSlot() : () => {};

function fillSlot(): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, SLOT);
  const filled = Reflect.defineProperty(globalThis, SLOT, {
    value: { dispatch: refuse },
    writable: true,
    enumerable: false,
    configurable: before?.configurable ?? true,
  });
  // A frozen globalThis: undici keeps its dispatcher to itself then.
  if (!filled) return () => {};
  return () => {
    if (before) Reflect.defineProperty(globalThis, SLOT, before);
    else Reflect.deleteProperty(globalThis, SLOT);
  };
}

function refuse(): never {
  throw new Error('The global dispatcher is not available while undici is being loaded.');
}
