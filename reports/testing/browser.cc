#include "reports/testing/browser.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace slotquake {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

std::filesystem::path FindChromium() {
  for (const char* path :
       {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

std::string ConsoleLines(const std::string& log) {
  std::string lines;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) {
    if (line.find(":CONSOLE") != std::string::npos) lines += line + "\n";
  }
  return lines;
}

}  // namespace

LoadedPage LoadPage(const std::filesystem::path& file,
                    const std::filesystem::path& scratch, int width) {
  LoadedPage page;
  const std::filesystem::path chromium = FindChromium();
  if (chromium.empty()) {
    page.error =
        "no Chromium on this machine; the report's page can not be tested without "
        "one. Debian: apt-get install chromium";
    return page;
  }
  const std::filesystem::path dom = scratch / "dom.html";
  const std::filesystem::path log = scratch / "chromium.log";
  // Every name would resolve to nothing: what the page asks for can not arrive.
  const std::string command =
      "HOME='" + scratch.string() + "' timeout 60 " + chromium.string() +
      " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
      " --disable-background-networking --disable-component-update --disable-sync"
      " --disable-dev-shm-usage --host-resolver-rules='MAP * ~NOTFOUND'"
      " --enable-logging=stderr --virtual-time-budget=3000"
      " --window-size=" +
      std::to_string(width) +
      ",1000"
      " --user-data-dir='" +
      (scratch / "profile").string() +
      "' --dump-dom"
      " 'file://" +
      file.string() + "' > '" + dom.string() + "' 2> '" + log.string() + "'";
  const int status = std::system(command.c_str());
  if (status != 0) {
    page.error =
        "Chromium ended with status " + std::to_string(status) + ": " + ReadFile(log);
    return page;
  }
  page.dom = ReadFile(dom);
  page.console = ConsoleLines(ReadFile(log));
  return page;
}

}  // namespace slotquake
