//! `GET /hello` by Hyperlane, for claims A1 and A1b: nothing but the five bytes, and no line printed for a request.
use hyperlane::*;

async fn hello(controller_data: ControllerData) {
    let _ = controller_data.send_response(200, "hello").await;
}

#[tokio::main]
async fn main() {
    let port = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("usage: hello-hyperlane PORT");
    let mut server = Server::new();
    server.host("127.0.0.1").await;
    server.port(port).await;
    server.disable_print().await;
    server.route("/hello", hello).await;
    server.listen().await;
}
