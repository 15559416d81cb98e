const o=Object.preventExtensions({a:1}); try{o.x=1}catch(e){}
export const options = {cloud: {apm: [o]}};
