export { options } from './lib/cycle-a.js';

export default function () {}
