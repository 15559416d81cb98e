import { apm } from './lib/generated/apm.js';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
