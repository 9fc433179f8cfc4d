// Turns files into string constants of the program:
//
//   embed OUT.h OUT.cc kName=FILE...
//
// writes a header that declares `extern const std::string_view kName` for each
// file, and its source. Used at build time only.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace {

constexpr int kBytesPerLine = 80;

// One C string literal per line. Three octal digits always, so that a digit
// that follows an escape is not taken for a part of it.
void WriteLiteral(const std::string& content, std::ostream& out) {
  for (std::size_t i = 0; i < content.size(); i += kBytesPerLine) {
    out << "    \"";
    for (const char c : content.substr(i, kBytesPerLine)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '?') {
        char escape[5];
        std::snprintf(escape, sizeof escape, "\\%03o", byte);
        out << escape;
      } else {
        out << c;
      }
    }
    out << "\"\n";
  }
}

int Main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: embed OUT.h OUT.cc kName=FILE...\n";
    return 1;
  }
  std::ofstream header(argv[1]);
  std::ofstream source(argv[2]);
  header << "#pragma once\n#include <string_view>\nnamespace slotquake {\n";
  source << "#include <string_view>\nnamespace slotquake {\n";
  for (int i = 3; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      std::cerr << "embed: no '=' in " << argument << "\n";
      return 1;
    }
    const std::string name = argument.substr(0, equals);
    const std::string path = argument.substr(equals + 1);
    std::ifstream in(path, std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    if (!in || content.str().empty()) {
      std::cerr << "embed: can not read " << path << ", or it is empty\n";
      return 1;
    }
    header << "extern const std::string_view " << name << ";\n";
    source << "extern const std::string_view " << name << ";\n"
           << "const std::string_view " << name << "(\n";
    WriteLiteral(content.str(), source);
    source << "    , " << content.str().size() << ");\n";
  }
  header << "}  // namespace slotquake\n";
  source << "}  // namespace slotquake\n";
  header.close();
  source.close();
  return header && source ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return Main(argc, argv); }
