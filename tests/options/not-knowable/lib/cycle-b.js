export { options } from './cycle-a.js';
