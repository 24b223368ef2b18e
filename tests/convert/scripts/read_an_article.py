from playwright.sync_api import Playwright, expect, sync_playwright


def run(playwright: Playwright) -> None:
    browser = playwright.chromium.launch(headless=False)
    context = browser.new_context()
    page = context.new_page()
    page.goto("http://127.0.0.1:8000/newsroom/")
    page.get_by_role("link", name="The tide clock on Harbour").click()
    expect(page.get_by_role("heading", name="The tide clock on Harbour Street")).to_be_visible()
    expect(page.locator("#main")).to_contain_text("My grandfather used to set his watch by it.")

    # ---------------------
    context.close()
    browser.close()


with sync_playwright() as playwright:
    run(playwright)
