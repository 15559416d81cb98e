export const options = {cloud: {apm: [Number('1e400'), parseFloat('1e400'), +'1e-400', parseFloat('1e-400')]}};
