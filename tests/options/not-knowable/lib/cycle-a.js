export { options } from './cycle-b.js';
