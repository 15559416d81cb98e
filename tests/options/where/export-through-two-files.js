export { options } from './lib/barrel/index.js';

export default function () {}
