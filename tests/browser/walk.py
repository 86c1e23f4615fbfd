"""Goes from page to page, and is there when the page is."""


def follow(locator):
    """Clicks what leads to another page, or to this one anew, and returns when that page is loaded.

    A click by itself returns while the browser still shows the page before (Playwright, "Navigations"): what is read
    then may be of either, or of a page half loaded.
    """
    with locator.page.expect_navigation():
        locator.click()


def press(page, name):
    """Follows the button that is called just this."""
    follow(page.get_by_role("button", name=name, exact=True))
