export { options } from 'https://config.example.com/options.js';

export default function () {}
