export let s=1;
