import { destinations } from './lib/empty.js';

export const options = { ext: { loadimpact: { apm: destinations } } };

export default function () {}
