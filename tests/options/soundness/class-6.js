let n=0; class A{ static [Symbol.hasInstance](){n=1;return true} } n=5; const x=({}) instanceof A;
export const options = {cloud: {apm: [n]}};
