#ifndef SLOTQUAKE_REPORTS_TESTING_BROWSER_H_
#define SLOTQUAKE_REPORTS_TESTING_BROWSER_H_

#include <filesystem>
#include <string>

namespace slotquake {

// What a headless Chromium made of a page.
struct LoadedPage {
  std::string error;    // why it could not be loaded; "" if it was
  std::string dom;      // after all scripts have run
  std::string console;  // what the page wrote to the console, line by line
};

// Opens a file in Chromium with the network out of reach; `scratch` takes the
// browser's profile. Waits at most a minute.
LoadedPage LoadPage(const std::filesystem::path& file,
                    const std::filesystem::path& scratch, int width = 1240);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TESTING_BROWSER_H_
