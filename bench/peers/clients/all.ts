import { peerClient } from './client.ts';
import { simpleClient } from './simple.ts';

/** Every peer whose client is played. */
export const PEER_CLIENTS = [simpleClient].map(peerClient);
