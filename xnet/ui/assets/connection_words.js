// Where the connection is lost for some seconds, Streamlit asks whether Streamlit still runs, and gives a command for a
// terminal. A person at a phone has none, and need not do anything: the page connects again by itself.
const LOST = "The connection to the server is lost. This page connects again by itself as soon as it can. A search goes on "
  + "meanwhile, unless the server was stopped.";

function explainLoss() {
  if (window.xnetConnection) return;
  window.xnetConnection = new MutationObserver(() => {
    const command = document.querySelector("[role=dialog] [data-testid=stErrorCodeBlock]");
    if (!command?.textContent.includes("streamlit run") || command.hidden) return;
    command.hidden = true;
    command.style.display = "none";
    command.previousElementSibling.textContent = LOST;
  });
  window.xnetConnection.observe(document.body, { childList: true });
}
