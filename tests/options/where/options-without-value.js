export let options;

export default function () {}
