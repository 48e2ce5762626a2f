#include "core/Log.hh"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace caloforge::core {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = spdlog::stderr_color_mt("caloforge");
        made->set_pattern("%v");
        return made;
    }();
    return *instance;
}

}  // namespace

void log_info(std::string_view line) {
    logger().info(line);
}
void log_warning(std::string_view line) {
    logger().warn("warning: {}", line);
}
void log_error(std::string_view line) {
    logger().error("error: {}", line);
}
void log_quietly() {
    logger().set_level(spdlog::level::warn);
}
void log_errors_only() {
    logger().set_level(spdlog::level::err);
}

}  // namespace caloforge::core
