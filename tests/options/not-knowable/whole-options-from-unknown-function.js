import { makeOptions } from 'https://config.example.com/options.js';

export const options = makeOptions(1);

export default function () {}
