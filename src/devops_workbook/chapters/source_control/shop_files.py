"""The files of the shop's repository, small and plausible, and what its branches make of them."""

from __future__ import annotations

ORDERS = "Orders team <orders@shop.example>"
STOREFRONT = "Storefront team <storefront@shop.example>"
PLATFORM = "Platform team <platform@shop.example>"

#: The key that was committed by accident. The payment provider is as invented as the key.
LEAKED_KEY = "pay_live_7Qd2mXv9TzK4"

CHECKOUT_PATH = "orders/checkout.py"
PAYMENT_PATH = "orders/payment.py"
CART_PATH = "storefront/src/Cart.jsx"
FOOTER_PATH = "storefront/src/Footer.jsx"
ENVIRONMENT_PATH = "infrastructure/orders.env"

_OLD_PRICE = '    return Decimal("4.90")\n'
CHECKOUT = f'''"""What a customer pays."""

from decimal import Decimal


def shipping(subtotal):
    """Return what it costs to send a basket."""
{_OLD_PRICE}

def total(subtotal):
    """Return what the customer pays in all."""
    return subtotal + shipping(subtotal)
'''
#: main: the carrier has become more expensive.
CHECKOUT_NEW_PRICE = CHECKOUT.replace(_OLD_PRICE, '    return Decimal("5.90")\n')
#: free-shipping: large baskets go out free.
CHECKOUT_FREE = CHECKOUT.replace(
    _OLD_PRICE, '    return Decimal("0") if subtotal >= 50 else Decimal("4.90")\n'
)
#: gift-note: another line of the same file.
CHECKOUT_GIFT = CHECKOUT.replace("def total(subtotal):\n", "def total(subtotal, gift_note=None):\n")

PAYMENT_WITH_KEY = f'''"""Charge a customer."""

PAYMENT_KEY = "{LEAKED_KEY}"


def charge(provider, amount):
    """Charge an amount."""
    return provider.charge(PAYMENT_KEY, amount)
'''
PAYMENT = '''"""Charge a customer."""

import os


def charge(provider, amount):
    """Charge an amount."""
    return provider.charge(os.environ["PAYMENT_KEY"], amount)
'''
ENVIRONMENT = "DATABASE_HOST=db.internal\nDATABASE_NAME=orders\n"
ENVIRONMENT_WITH_KEY = f"{ENVIRONMENT}PAYMENT_KEY={LEAKED_KEY}\n"

CART = """export function Cart({ items }) {
  return <ul>{items.map((item) => <li key={item.id}>{item.name}</li>)}</ul>;
}
"""
CART_WITH_DATE = CART.replace("{item.name}", "{item.name}, {item.delivery}")
CART_WITH_DAY = CART.replace("{item.name}", "{item.name}, {item.delivery ?? 'soon'}")
FOOTER = """export function Footer() {
  return <footer>© 2025 The Shop</footer>;
}
"""
SEARCH = (
    "export function Search() {\n  return null;\n}\n",
    "export function Search() {\n  return <input type='search' />;\n}\n",
    "export function Search({ ask }) {\n  return <input type='search' onInput={ask} />;\n}\n",
)
SEARCH_PATH = "storefront/src/Search.jsx"

FIRST_FILES = {
    "README.md": "# shop\n\n- `orders/` takes orders\n- `storefront/` sells\n"
    "- `infrastructure/` is what both run on\n",
    CHECKOUT_PATH: CHECKOUT,
    "orders/stock.py": '"""What is left."""\n\n\ndef left(stock, sold):\n    return stock - sold\n',
    CART_PATH: CART,
    FOOTER_PATH: FOOTER,
    "storefront/package.json": '{ "name": "storefront", "private": true }\n',
    ENVIRONMENT_PATH: ENVIRONMENT,
    "infrastructure/template.yaml": "Resources:\n  Releases:\n    Type: AWS::S3::Bucket\n",
}
