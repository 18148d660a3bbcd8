import { price } from "./price.js";

export function Basket({ lines }) {
  const cents = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  return <p>{lines.length === 0 ? "Your basket is empty." : `Together ${price(cents)}`}</p>;
}
