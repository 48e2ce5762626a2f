#include "data/hdf5/OutputHdf5.hh"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>

#include "core/Error.hh"

namespace caloforge::data::hdf5 {
namespace {

/// Attributes of up to 64 kB fit into an object header; longer text goes to the file's heap.
constexpr std::size_t max_header_text = 60000;

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& target) : atomic_(target) {
    const Lock lock;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
    // Nobody else knows this name, and not all file systems have locks.
    H5Pset_file_locking(access.id(), false, true);
    file_ = Handle(H5Fcreate(atomic_.temporary().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()));
    if (!file_.valid()) fail(last_error());
}

OutputFile::~OutputFile() {
    if (file_.valid()) abandon();
}

/// HDF5 has no way to drop a file: closing writes, and where writing fails the file stays open inside the
/// library and is tried again at exit. So its last writes go to memory instead.
void OutputFile::abandon() {
    const Lock lock;
    void* descriptor = nullptr;
    const int memory = ::memfd_create("caloforge-abandoned", 0);
    if (memory >= 0) {
        if (H5Fget_vfd_handle(file_.id(), H5P_DEFAULT, &descriptor) >= 0) {
            ::dup2(memory, *static_cast<int*>(descriptor));
        }
        ::close(memory);
    }
    file_.close();
}

void OutputFile::fail(const std::string& why) const {
    throw core::RunError(fmt::format("cannot write {} ({}). Is the disk full?", target().string(), why));
}

void OutputFile::text_attribute(hid_t object, const char* name, const std::string& text) const {
    const Lock lock;
    const Handle type(H5Tcopy(H5T_C_S1));
    const bool in_header = text.size() < max_header_text;
    const Handle space(H5Screate(H5S_SCALAR));
    const char* pointer = text.c_str();
    if (H5Tset_size(type.id(), in_header ? text.size() + 1 : H5T_VARIABLE) < 0 ||
        H5Tset_cset(type.id(), H5T_CSET_UTF8) < 0) {
        fail(last_error());
    }
    const Handle attribute(H5Acreate2(object, name, type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT));
    const void* source = in_header ? static_cast<const void*>(pointer) : &pointer;
    if (!attribute.valid() || H5Awrite(attribute.id(), type.id(), source) < 0) fail(last_error());
}

void OutputFile::pair_attribute(hid_t object, const char* name, double first, double second) const {
    const Lock lock;
    const hsize_t count = 2;
    const std::array<double, 2> values{first, second};
    const Handle space(H5Screate_simple(1, &count, nullptr));
    const Handle attribute(H5Acreate2(object, name, H5T_IEEE_F64LE, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    if (!attribute.valid() || H5Awrite(attribute.id(), H5T_NATIVE_DOUBLE, values.data()) < 0) {
        fail(last_error());
    }
}

void OutputFile::close() {
    const Lock lock;
    // Flushed first: when that fails the file is still open and abandon() can deal with it.
    if (H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) fail(last_error());
    if (!file_.close()) fail(last_error());
}

}  // namespace caloforge::data::hdf5
