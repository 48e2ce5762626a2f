#include "data/hdf5/Signature.hh"

#include <array>
#include <fstream>

namespace caloforge::data::hdf5 {

bool has_signature(const std::filesystem::path& path) {
    constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    std::ifstream in(path, std::ios::binary);
    // A user block of 512, 1024, 2048, ... bytes may stand before the signature.
    for (std::streamoff at = 0; in; at = at == 0 ? 512 : at * 2) {
        std::array<char, signature.size()> bytes{};
        in.seekg(at);
        if (!in.read(bytes.data(), bytes.size())) return false;
        if (bytes == signature) return true;
    }
    return false;
}

}  // namespace caloforge::data::hdf5
