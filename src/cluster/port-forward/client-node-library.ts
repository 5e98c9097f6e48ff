// The parts of @kubernetes/client-node that are used, so that a bundle leaves half of it out. Import this file through
// `loadClientNode` only.
export { Exec, KubeConfig, PortForward } from '@kubernetes/client-node';
// It isn't among the package's exports, but the parameter of one of them.
export { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';
// client-node's own WebSocket.
export { WebSocket } from 'ws';
