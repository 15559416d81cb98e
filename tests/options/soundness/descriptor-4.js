const o={x:1}; Object.defineProperty(o,'x',{writable:false}); try{o.x=2}catch(e){}
export const options = {cloud: {apm: [o.x]}};
