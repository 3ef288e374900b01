//! The first row of the published table: bytes on Tokio, without a look at what was asked. A read that ends in an empty
//! line is taken for one request and answered with the same bytes; `Connection: close` is all that is looked for in it.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = [0; 4096];
    let mut held = 0;
    loop {
        let read = stream.read(&mut bytes[held..]).await?;
        if read == 0 {
            return Ok(());
        }
        held += read;
        if !bytes[..held].ends_with(b"\r\n\r\n") {
            if held == bytes.len() {
                return Ok(());
            }
            continue;
        }
        stream.write_all(RESPONSE).await?;
        if bytes[..held]
            .windows(17)
            .any(|part| part.eq_ignore_ascii_case(b"connection: close"))
        {
            return Ok(());
        }
        held = 0;
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port: u16 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("usage: hello-tokio PORT");
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream));
    }
}
