export const options = {cloud: {apm: [Object.is(NaN,NaN), Object.is(0,-0)]}};
