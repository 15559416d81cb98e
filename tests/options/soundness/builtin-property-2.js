export const options = {cloud: {apm: [new TypeError('x').name, new Error().message, new Error(5).message]}};
