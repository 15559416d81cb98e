export const options = JSON.parse(open('./lib/broken.json'));

export default function () {}
