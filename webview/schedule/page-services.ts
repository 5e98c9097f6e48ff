import type { ScheduleProtocol } from '../../src/shared/schedule/protocol.ts';
import type { Services } from '../page/services.ts';
import type { PageMemory } from './page-memory.ts';

/** What the parts of the page share. */
export type PageServices = Services<ScheduleProtocol, PageMemory>;
