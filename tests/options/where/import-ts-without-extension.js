import { apm } from './lib/typed';

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
