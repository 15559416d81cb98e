import { options as base } from './lib/deep/base.js';

export const options = Object.assign({}, base, { vus: 5 });

export default function () {}
