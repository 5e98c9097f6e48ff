import type { JobLogProtocol } from '../../src/shared/job-log/protocol.ts';
import { startPage } from '../page/start-page.ts';
import { App } from './app.ts';
import { type PageMemory, readMemory } from './page-memory.ts';
import './page.css';

startPage<JobLogProtocol, PageMemory>(
  readMemory,
  ({ root, view, services, complaint }) => new App(root, view, services, complaint),
);
