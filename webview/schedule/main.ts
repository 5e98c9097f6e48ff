import type { ScheduleProtocol } from '../../src/shared/schedule/protocol.ts';
import { startPage } from '../page/start-page.ts';
import { App } from './app.ts';
import { type PageMemory, readMemory } from './page-memory.ts';
import './page.css';

startPage<ScheduleProtocol, PageMemory>(
  readMemory,
  ({ root, view, services, complaint }) => new App(root, view, services, complaint),
);
