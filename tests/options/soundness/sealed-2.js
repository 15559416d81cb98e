const o=Object.seal({a:1}); try{o.x=1}catch(e){} try{delete o.a}catch(e){}
export const options = {cloud: {apm: [o]}};
