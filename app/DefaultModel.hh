#pragma once

namespace caloforge::app {

/// The shipped model that commands use unless told another.
inline constexpr const char* default_model = "clic-forge";

}  // namespace caloforge::app
