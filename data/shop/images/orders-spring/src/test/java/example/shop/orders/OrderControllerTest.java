package example.shop.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OrderControllerTest {
    @Test
    void healthIsOk() {
        assertEquals("ok", new OrderController(null).health());
    }
}
