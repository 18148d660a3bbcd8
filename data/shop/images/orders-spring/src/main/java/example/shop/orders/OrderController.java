package example.shop.orders;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class OrderController {
    record Order(long id, String customer, int cents) {}

    private final JdbcClient database;

    OrderController(JdbcClient database) {
        this.database = database;
    }

    @GetMapping("/orders")
    List<Order> latest() {
        return database.sql("select id, customer, cents from orders order by id desc limit 20")
                .query(Order.class)
                .list();
    }

    @GetMapping("/health")
    String health() {
        return "ok";
    }
}
