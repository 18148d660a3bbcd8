import { expect, test } from "vitest";

import { price } from "./price.js";

test("cents are shown as euros", () => {
  expect(price(1390)).toBe("€13.90");
});
