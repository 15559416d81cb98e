const o=Object.create(null); o.a=1; 
export const options = {cloud: {apm: [o.toString, o.constructor, 'toString' in o, o.hasOwnProperty, typeof o.valueOf]}};
