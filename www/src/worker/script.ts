import { expose } from 'comlink';
import { Inspector } from './inspector.js';
import { letErrorsCross } from './thrown.js';

letErrorsCross();
expose(new Inspector());
