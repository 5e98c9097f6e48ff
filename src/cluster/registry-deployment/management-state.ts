import { objectAt, textAt } from '../../engine/shape.ts';
import type { ApiSession } from '../session/api-session.ts';
import { REGISTRY_CONFIG_PATH } from './location.ts';

/**
 * What the registry's operator is told to do with the registry: `Managed`, `Unmanaged` or `Removed`; undefined where
 * that can't be read. It is asked only to explain a failure, so it never throws.
 */
export async function managementStateOf(
  session: ApiSession,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const config = await session.json({ path: REGISTRY_CONFIG_PATH, signal });
    return textAt(objectAt(config, 'spec'), 'managementState') || undefined;
  } catch {
    return undefined;
  }
}
