import { apm } from './lib/typed.ts';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
