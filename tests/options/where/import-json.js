import config from './lib/config.json';

export const options = config;

export default function () {}
