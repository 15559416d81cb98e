export const options = [1];

export default function () {}
