import { options } from './lib/options.js';

export { options };

export default function () {}
