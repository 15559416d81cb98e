export enum Rate {
  Fast = 1,
  Slow = 5,
}
