// In a narrow window the pages are in a menu that lies over the page. Streamlit closes it after a choice only where the
// browser calls itself one of a phone. At a zoom of 200 % a window of a computer is narrow too.
const OPEN_MENU = "[data-testid=stSidebar][data-collapsed=false]";
const CHOICE_MS = 100;

function closeMenu() {
  if (window.xnetCloseMenu) return;
  window.xnetCloseMenu = true;
  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-testid=stSidebarNavLink]") || !matchMedia("(max-width: 768px)").matches) return;
    const close = () => document.querySelector(`${OPEN_MENU} [data-testid=stSidebarCollapseButton] button`)?.click();
    setTimeout(close, CHOICE_MS);
  }, true);
}
