/* Makes one call fail that writes to the warehouse: the FAIL_AT-th of pwrite64, fsync, fdatasync and ftruncate on a
 * file whose name holds "orgdrift.db". When it does, it leaves the file FAIL_COUNT_TO behind. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long calls = 0;

static int is_ours(int fd) {
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strstr(name, "orgdrift.db") != NULL && strstr(name, ".lock") == NULL;
}

static int fails(int fd) {
    const char *at = getenv("FAIL_AT");
    if (at == NULL || !is_ours(fd)) return 0;
    calls += 1;
    if (calls != atol(at)) return 0;
    const char *told = getenv("FAIL_COUNT_TO");
    if (told != NULL) close(open(told, O_CREAT | O_WRONLY, 0600));
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    if (fails(fd)) { errno = ENOSPC; return -1; }
    return REAL(pwrite64)(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(pwrite)(fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(write)(fd, bytes, count);
}

int fsync(int fd) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(fsync)(fd);
}

int fdatasync(int fd) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(fdatasync)(fd);
}

int ftruncate64(int fd, off64_t length) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(ftruncate64)(fd, length);
}

int ftruncate(int fd, off_t length) {
    if (fails(fd)) { errno = EIO; return -1; }
    return REAL(ftruncate)(fd, length);
}
